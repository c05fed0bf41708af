/** The compile worker's thread. */
import { CompileHost } from './compile-host.ts';
import type { ToCompiler } from './protocol.ts';

const host = new CompileHost((message) => postMessage(message));
addEventListener('message', ({ data }: MessageEvent<ToCompiler>) => host.receive(data));

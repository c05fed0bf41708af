/** What is asked of the GPU worker and answered once: values, and how long a run would take. */
import type { PortPath } from '../../graph/instance.ts';
import type { FromGpu, ProgramId, ToGpu } from './protocol.ts';
import { createRequests } from './requests.ts';
import { ValueUnavailableError, type TensorData } from './session-api.ts';
import type { Channel } from './worker-channel.ts';

/** An answer to a question with a number. */
export type GpuAnswer = Extract<FromGpu, { readonly request: number }>;

export class ValueQuestions {
  readonly #gpu: Channel<ToGpu, FromGpu>;
  readonly #open = createRequests<GpuAnswer | null>();

  constructor(gpu: Channel<ToGpu, FromGpu>) {
    this.#gpu = gpu;
  }

  /** @throws {ValueUnavailableError} if no run has computed it, or its thread ends. */
  async read(port: PortPath, index: readonly number[]): Promise<TensorData> {
    const answer = await this.#ask((request) => ({ kind: 'read', request, port, index }));
    if (answer?.kind !== 'tensor') throw new ValueUnavailableError(port);
    return answer.tensor;
  }

  /** @throws {ValueUnavailableError} if no run has computed it, or its thread ends. */
  async valueAt(port: PortPath, index: readonly number[]): Promise<number> {
    const answer = await this.#ask((request) => ({ kind: 'read-element', request, port, index }));
    if (answer?.kind !== 'element') throw new ValueUnavailableError(port);
    return answer.value;
  }

  /** Seconds; null if nothing is known. */
  async predict(program: ProgramId): Promise<number | null> {
    const answer = await this.#ask((request) => ({ kind: 'predict', request, program }));
    return answer?.kind === 'prediction' ? answer.seconds : null;
  }

  /** @returns whether the message was an answer. */
  take(message: FromGpu): message is GpuAnswer {
    if (!('request' in message)) return false;
    this.#open.resolve(message.request, message);
    return true;
  }

  /** The thread that was asked is gone. */
  giveUp(): void {
    this.#open.resolveAll(null);
  }

  #ask(question: (request: number) => ToGpu): Promise<GpuAnswer | null> {
    const { request, answer } = this.#open.open();
    this.#gpu.post(question(request));
    return answer;
  }
}

/** Builds the renderer, the same for both shells, into dist/renderer: ES modules and nothing that needs eval. */
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** What both shells send: SharedArrayBuffer and precise clocks need an isolated origin. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Hot reload injects inline scripts and styles: the development server, and only it, goes without the policy. */
function withoutPolicyInDevelopment(): Plugin {
  return {
    name: 'patchbay:without-policy-in-development',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
  };
}

/** Code that is needed soon after the first frame: the browser fetches and compiles it beside what that frame needs. */
const SOON = 'renderer/editor-screen.tsx';

function preloadSoon(): Plugin {
  return {
    name: 'patchbay:preload-soon',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle = {} }) => {
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        const soon = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(SOON));
        if (!soon) throw new Error(`${SOON} is no chunk of its own any more`);
        return [soon.fileName, ...soon.imports]
          .filter((file) => !html.includes(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}

export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [react(), withoutPolicyInDevelopment(), preloadSoon()],
  worker: { format: 'es' },
  // ONNX Runtime's binary and its glue are files of ours, fetched when the first model is loaded.
  resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2024',
    modulePreload: { polyfill: false },
    sourcemap: true,
    // The desktop application reads its files from disk; what few need (export, ONNX Runtime) is loaded when asked for.
    chunkSizeWarningLimit: 1500,
    // Assets stay files: a data: URL for a font or a worker would need a wider policy.
    assetsInlineLimit: 0,
  },
  server: { headers: ISOLATION },
  preview: { headers: ISOLATION },
});

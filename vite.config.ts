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

export default defineConfig({
  root: 'renderer',
  base: './',
  publicDir: false,
  plugins: [react(), withoutPolicyInDevelopment()],
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

/** Shows what the worker prints; the bench reads it from the page. `?runs=N` says how often. */
const log = document.querySelector('#log')!;
const runs = new URLSearchParams(location.search).get('runs') ?? '5';
const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: runs });
worker.addEventListener('message', ({ data }: MessageEvent<string>) => {
  log.textContent += `${data}\n`;
  console.log(data);
});
worker.addEventListener('error', ({ message }) => console.log(`failed: ${message}`));

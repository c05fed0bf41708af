/** Lets the page do what waits, before it goes on: without the delay that timers have. */
export function nextTask(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const channel = new MessageChannel();
  channel.port1.addEventListener('message', () => {
    channel.port1.close();
    resolve();
  });
  channel.port1.start();
  channel.port2.postMessage(null, []);
  return promise;
}

import { expect, test } from 'vitest';
import { createNoticeStore, type Dialog } from './notices.ts';

const question: Dialog = { title: 'Save?', message: '', buttons: [{ id: 'save', label: 'Save' }] };

test('a dialog resolves to the button and the text', async () => {
  const store = createNoticeStore();
  const answer = store.getState().ask(question);
  expect(store.getState().dialog).toBe(question);
  store.getState().answer('save', 'name');
  expect(await answer).toEqual({ button: 'save', text: 'name' });
  expect(store.getState().dialog).toBeNull();
});

test('a second dialog cancels the first', async () => {
  const store = createNoticeStore();
  const first = store.getState().ask(question);
  const second = store.getState().ask({ ...question, title: 'Other' });
  expect(await first).toEqual({ button: 'cancel', text: '' });
  store.getState().answer('save');
  expect(await second).toEqual({ button: 'save', text: '' });
});

test('a message that is told again is not shown twice, and old toasts go', () => {
  const store = createNoticeStore();
  store.getState().tell('one');
  store.getState().tell('one', 'error');
  expect(store.getState().toasts.map(({ message, kind }) => [message, kind])).toEqual([['one', 'error']]);
  for (let i = 0; i < 10; i++) store.getState().tell(`message ${i}`);
  expect(store.getState().toasts.map(({ message }) => message)).toEqual([6, 7, 8, 9].map((i) => `message ${i}`));
});

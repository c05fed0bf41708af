/** The page around the model: a card for each input and output, and a run whenever an input changes. */
import { load } from './patchbay.js';

const SIDE = 256;
const status = document.getElementById('status');
const button = document.getElementById('run');
const say = (text, wrong = false) => {
  status.textContent = text;
  status.classList.toggle('wrong', wrong);
};

try {
  const model = await load('.', say);
  document.title = model.name;
  document.getElementById('name').textContent = model.name;
  document.getElementById('help').textContent = model.help;
  const outputs = new Map(model.outputs.map((output) => [output.name, card('outputs', output)]));
  const run = async (values = {}) => {
    button.disabled = true;
    say('computing');
    const start = performance.now();
    try {
      const results = await model.run(values);
      for (const output of model.outputs) show(outputs.get(output.name), output, results[output.name]);
      say(`${(performance.now() - start).toFixed(0)} ms on ${model.device}`);
    } catch (error) {
      say(error.message, true);
    }
    button.disabled = false;
  };
  for (const input of model.inputs) {
    const data = await model.input(input.name);
    const shown = card('inputs', input);
    const change = (values) => {
      show(shown, input, values);
      return run({ [input.name]: values });
    };
    show(shown, input, data);
    if (input.picture) shown.append(pictureField(input, change));
    else if (input.dtype === 'i32') shown.append(numbersField(input, data, change));
  }
  button.addEventListener('click', () => void run());
  // For whoever drives the page: `await patchbay.run({ name: numbers })`.
  globalThis.patchbay = model;
  await run();
} catch (error) {
  say(error.message, true);
}

function card(list, { name, shape, dtype }) {
  const article = document.createElement('article');
  const title = document.createElement('h3');
  title.textContent = name;
  const facts = document.createElement('p');
  facts.textContent = `${dtype} [${shape.join(', ')}]`;
  article.append(title, facts);
  document.getElementById(list).append(article);
  return article;
}

/** Numbers as a picture with their range below; a single one as itself. */
function show(article, { shape, dtype, picture }, data) {
  const facts = article.querySelector('p');
  const kind = `${dtype} [${shape.join(', ')}]`;
  if (data.length === 1) {
    facts.textContent = `${kind}  ${data[0]}`;
    return;
  }
  let [low, high, sum] = [Infinity, -Infinity, 0];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  const digits = (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
  facts.textContent = `${kind}  from ${digits(low)} to ${digits(high)}, mean ${digits(sum / data.length)}`;
  if (data.length === 0) return;
  const canvas = article.querySelector('canvas') ?? article.appendChild(document.createElement('canvas'));
  canvas.className = picture ? 'picture' : '';
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', facts.textContent);
  paint(canvas, shape, data, low, high, picture);
}

function paint(canvas, shape, data, low, high, picture) {
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const [height, width] = [Math.min(rows, SIDE), Math.min(columns, SIDE)];
  Object.assign(canvas, { width, height });
  const pixels = new ImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
      pixels.data.set(
        picture ? unnormalised(data, shape, at, picture) : colour(data[at], low, high),
        4 * (y * width + x),
      );
    }
  }
  canvas.getContext('2d').putImageData(pixels, 0, 0);
}

/** The first picture of the batch, as it was before it was normalised. */
function unnormalised(data, shape, at, { mean, std }) {
  const [channels, rows, columns] = shape.slice(-3);
  const rgb = [0, 1, 2].map((index) => {
    const channel = channels >= 3 ? index : 0;
    return 255 * (data[channel * rows * columns + at] * std[channel] + mean[channel]);
  });
  return [...rgb, 255];
}

/** Blue below zero and red above, white between; from dark to light where nothing is below zero. */
function colour(value, low, high) {
  if (low >= 0) {
    const t = high > low ? (value - low) / (high - low) : 0;
    return [255 * Math.min(1, 0.1 + 1.1 * t), 255 * t ** 1.4, 255 * (0.25 + 0.35 * t), 255];
  }
  const t = value / (Math.max(-low, high) || 1);
  return t < 0
    ? [255 * (1 + 0.8 * t), 255 * (1 + 0.6 * t), 255, 255]
    : [255, 255 * (1 - 0.7 * t), 255 * (1 - 0.8 * t), 255];
}

function pictureField(input, change) {
  const field = document.createElement('input');
  Object.assign(field, { type: 'file', accept: 'image/*' });
  field.setAttribute('aria-label', `Picture for ${input.name}`);
  field.addEventListener('change', () => {
    const [file] = field.files;
    if (!file) return;
    createImageBitmap(file).then(
      (bitmap) => change(pixelsOf(bitmap, input)),
      () => say(`${file.name} is not a picture.`, true),
    );
  });
  return field;
}

/** The picture in the input's size, normalised, in every place of the batch. */
function pixelsOf(bitmap, { shape, picture: { mean, std, fit } }) {
  const [batch, channels, height, width] = shape;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.imageSmoothingQuality = 'high';
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  const [sx, sy] = [width / bitmap.width, height / bitmap.height];
  const [scaleX, scaleY] = {
    crop: [Math.max(sx, sy), Math.max(sx, sy)],
    contain: [Math.min(sx, sy), Math.min(sx, sy)],
  }[fit] ?? [sx, sy];
  const [w, h] = [bitmap.width * scaleX, bitmap.height * scaleY];
  context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
  const { data } = context.getImageData(0, 0, width, height);
  const one = new Float32Array(channels * height * width);
  for (let at = 0; at < height * width; at++) {
    const [r, g, b, a] = data.subarray(4 * at, 4 * at + 4);
    const values = channels === 1 ? [0.299 * r + 0.587 * g + 0.114 * b] : [r, g, b, a];
    for (let c = 0; c < channels; c++) one[c * height * width + at] = (values[c] / 255 - mean[c]) / std[c];
  }
  const all = new Float32Array(batch * one.length);
  for (let item = 0; item < batch; item++) all.set(one, item * one.length);
  return all;
}

function numbersField(input, data, change) {
  const field = document.createElement('textarea');
  const [columns] = input.shape.slice(-1);
  const rows = Array.from({ length: data.length / columns }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns),
  );
  Object.assign(field, {
    rows: Math.min(6, rows.length),
    spellcheck: false,
    value: rows.map((row) => row.join(' ')).join('\n'),
  });
  field.setAttribute('aria-label', `Whole numbers of ${input.name}`);
  field.addEventListener('change', () => {
    const numbers = field.value
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    const wrong = numbers.find(
      (value) => !Number.isInteger(value) || value < 0 || value >= (input.vocabulary ?? Infinity),
    );
    if (wrong !== undefined) say(`${input.name}: ${wrong} is no id from 0 to ${input.vocabulary - 1}.`, true);
    else if (numbers.length !== data.length)
      say(`${input.name}: ${numbers.length} numbers, ${data.length} are wanted.`, true);
    else change(Int32Array.from(numbers));
  });
  return field;
}

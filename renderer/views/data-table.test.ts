import { expect, test } from 'vitest';
import { parseNpy } from '../../graph/formats/npy.ts';
import { csvOf, npyOf } from './data-table.ts';

const NUMBERS = Float32Array.of(1, -0.1, 3e-8, Number.NaN);

test('a table is written with the names that are known, quoted where they must be', () => {
  const table = { shape: [2, 2], values: NUMBERS, rows: ['a "red", circle', 'b'], columns: ['x', 'y'] };
  expect(csvOf(table)).toBe(',x,y\r\n"a ""red"", circle",1,-0.1\r\nb,3e-8,nan\r\n');
  expect(csvOf({ ...table, rows: null, columns: null })).toBe('1,-0.1\r\n3e-8,nan\r\n');
});

test('numbers read back are the same float32', () => {
  const values = Float32Array.of(1 / 3, 16_777_216, -1e30, Math.PI);
  const [line] = csvOf({ shape: [4], values, rows: null, columns: null }).split('\r\n');
  expect(Float32Array.from(line!.split(','), Number)).toEqual(values);
});

test('numpy reads the same shape, type and bytes', () => {
  const { dtype, shape, bytes } = parseNpy(npyOf({ shape: [2, 2], values: NUMBERS, rows: null, columns: null }));
  expect({ dtype, shape }).toEqual({ dtype: 'F32', shape: [2, 2] });
  expect(new Float32Array(bytes.slice().buffer)).toEqual(NUMBERS);
  expect(parseNpy(npyOf({ shape: [1], values: Int32Array.of(7), rows: null, columns: null })).dtype).toBe('I32');
});

/**
 * For tests: subgroup matrices in plain WGSL, for adapters that have none, nor subgroups as large as those that have. Of a
 * sum every lane has and stores its share of the elements, and no other; a matrix that was loaded is the place where it
 * stands in workgroup memory, which nobody writes before it was multiplied. So what a kernel loads, multiplies and stores,
 * and between which barriers, is what it was; how hardware adds up is not in it.
 */

/** What a shader says of subgroups. */
const DIRECTIVES = /^(?:enable subgroups|requires subgroup_id|enable chromium_experimental_subgroup_matrix);\n/gm;
const BUILTINS = /, @builtin\((?:subgroup_invocation_id|subgroup_id|num_subgroups)\) \w+: u32/g;
/** The alias of a matrix type, its elements, columns and rows. */
const ALIAS = /alias (\w+) = subgroup_matrix_(?:left|right|result)<(\w+), (\d+), (\d+)>;/g;
const LOAD = /subgroupMatrixLoad<(\w+), (row_major|col_major)>\(&(\w+), (.*), (\w+)\);/g;
const MULTIPLY = /(\w+) = subgroupMatrixMultiplyAccumulate\((\w+), (\w+), \1\);/g;
const STORE = /subgroupMatrixStore<(row_major|col_major)>\(&(\w+), (.*), (\w+), (\w+)\);/g;

interface Matrix {
  readonly columns: number;
  readonly rows: number;
}

/**
 * A shader of matrices `Left`, `Right` and `Sum` without them.
 * @param lanes Invocations of a subgroup.
 */
export function emulateMatrices(wgsl: string, lanes: number): string {
  const matrices = new Map<string, Matrix>();
  const places = new Map<string, string>();
  const functions = new Set<string>();
  const text = wgsl
    .replace(DIRECTIVES, '')
    .replace(BUILTINS, '')
    .replace(/^fn main\(.*$/m, `$&\n  let subgroup = local.x / ${lanes}u;\n  let subgroup_lane = local.x % ${lanes}u;`)
    .replace(ALIAS, (_, name: string, _element: string, columns: string, rows: string) => {
      matrices.set(name, { columns: Number(columns), rows: Number(rows) });
      const share = (Number(columns) * Number(rows)) / lanes;
      // A place: the first element and the stride.
      return `alias ${name} = ${name === 'Sum' ? `array<f32, ${share}>` : 'vec2u'};`;
    })
    .replace(LOAD, (_, name: string, major: string, memory: string, offset: string, stride: string) => {
      places.set(name, `${memory}[${elementText(name.toLowerCase(), major)}]`);
      return `vec2u(${offset}, ${stride});`;
    })
    .replace(MULTIPLY, 'multiply_accumulate(subgroup_lane, $2, $3, &$1);')
    .replace(STORE, (_, major: string, memory: string, offset: string, sum: string, stride: string) => {
      const place = elementText('place', major);
      const body = eachText(matrices.get('Sum')!, lanes, `${memory}[${place}] = (*sum)[n];`);
      functions.add(`fn store_in_${memory}(lane: u32, place: vec2u, sum: ptr<function, Sum>) {\n${body}\n}`);
      return `store_in_${memory}(subgroup_lane, vec2u(${offset}, ${stride}), &${sum});`;
    });
  const [left, right, sum] = ['Left', 'Right', 'Sum'].map((name) => matrices.get(name)!) as [Matrix, Matrix, Matrix];
  if (left.columns !== right.rows || left.rows !== sum.rows || right.columns !== sum.columns) {
    throw new Error('matrices of these sizes cannot be multiplied');
  }
  const product = `f32(${at(places.get('Left')!, 'r', 'k')}) * f32(${at(places.get('Right')!, 'k', 'c')})`;
  const steps = `for (var k = 0u; k < ${left.columns}u; k++) { (*sum)[n] += ${product}; }`;
  const head = 'fn multiply_accumulate(lane: u32, left: vec2u, right: vec2u, sum: ptr<function, Sum>)';
  return [text, ...functions, `${head} {\n${eachText(sum, lanes, steps)}\n}`, ''].join('\n');
}

/** What a lane does for each of its elements `n`, in row `r` and column `c`. */
function eachText({ columns, rows }: Matrix, lanes: number, body: string): string {
  return `  for (var n = 0u; n < ${(columns * rows) / lanes}u; n++) {
    let r = (n * ${lanes}u + lane) / ${columns}u;
    let c = (n * ${lanes}u + lane) % ${columns}u;
    ${body}
  }`;
}

/** Where the element of row `r` and column `c` stands. */
function elementText(place: string, major: string): string {
  return `${place}.x + ${major === 'row_major' ? `r * ${place}.y + c` : `c * ${place}.y + r`}`;
}

/** The same with other names for row and column. */
function at(element: string, row: string, column: string): string {
  return element.replace(/\b[rc]\b/g, (name) => (name === 'r' ? row : column));
}

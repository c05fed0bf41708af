/** Which libraries a build has taken in, and their licences, for the application to show: about.json beside its page. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** What renderer/about reads. */
export interface About {
  readonly version: string;
  readonly libraries: readonly Library[];
}

export interface Library {
  readonly name: string;
  readonly version: string;
  /** As its package names it: an SPDX expression. */
  readonly licence: string;
  /** The licence's own text, and notices that go with it. */
  readonly text: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const FOLDER = '/node_modules/';
const LEGAL = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;

/** Collects over all bundles that its plugin takes part in. */
export class Licences {
  readonly #folders = new Set<string>();

  /** One for each bundle: plugins are not shared between the page and its workers. */
  plugin(): Plugin {
    let root = '';
    return {
      name: 'patchbay:licences',
      configResolved: (config) => {
        root = config.root;
      },
      generateBundle: (_options, bundle) => {
        for (const output of Object.values(bundle)) {
          if (output.type === 'chunk') Object.keys(output.modules).forEach((id) => this.#add(id));
          // Fonts, which style sheets name.
          else output.originalFileNames.forEach((file) => this.#add(resolve(root, file)));
        }
      },
    };
  }

  /** @throws {Error} for a library that names no licence: it cannot ship. */
  async about(version: string): Promise<About> {
    const libraries = await Promise.all([...this.#folders].map(libraryIn));
    return { version, libraries: libraries.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  #add(id: string): void {
    const path = id.replace(/^\0/, '').replace(/\?.*$/, '').replaceAll('\\', '/');
    const at = path.lastIndexOf(FOLDER);
    if (at < 0) return;
    const [name] = path.slice(at + FOLDER.length).match(/^(?:@[^/]+\/)?[^/]+/) ?? [];
    const folder = path.slice(0, at) + FOLDER + name;
    if (existsSync(join(folder, 'package.json'))) this.#folders.add(folder);
  }
}

async function libraryIn(folder: string): Promise<Library> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (license === undefined) throw new Error(`${name}: its package.json names no licence, so it cannot ship`);
  const files = (await readdir(folder)).filter((file) => LEGAL.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return { name, version, licence: license, text: texts.map((text) => text.trim()).join('\n\n') };
}

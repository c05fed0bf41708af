/** What the build has written down of the application: its version, and the libraries that ship with it. */
import { z } from 'zod';

const aboutFile = z.object({
  version: z.string(),
  libraries: z.array(z.object({ name: z.string(), version: z.string(), licence: z.string(), text: z.string() })),
});

/** As scripts/licences.ts makes it. */
export type About = z.infer<typeof aboutFile>;

/** @throws {Error} where it is not there: a development server has none. */
export async function readAbout(): Promise<About> {
  const response = await fetch('./about.json');
  if (!response.ok) throw new Error(`about.json: ${response.status} ${response.statusText}`);
  return aboutFile.parse(await response.json());
}

/**
 * End-to-end tests of the built application (`npm run build` first): `browser` drives the browser shell in Chromium with real WebGPU,
 * `desktop` the Electron main process. On a machine without a GPU both compute on SwiftShader.
 */
import { defineConfig } from '@playwright/test';
import { TEST_FLAGS } from './scripts/chromium-flags.ts';

// Another one for a second run beside this.
const PORT = Number(process.env['PATCHBAY_PORT'] ?? 4197);

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/e2e',
  // Every test computes on all cores; two at once would only wait for each other.
  workers: 1,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${PORT}/`,
    viewport: { width: 1440, height: 900 },
    // Times and numbers as they stand in the specs.
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A snapshot of the page before and after each action takes about as long as they do: only where somebody looks for a fault.
    trace: process.env['PATCHBAY_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: TEST_FLAGS },
  },
  projects: [
    { name: 'browser', testIgnore: '**/desktop*.spec.ts' },
    { name: 'desktop', testMatch: '**/desktop*.spec.ts' },
  ],
  webServer: {
    command: `node scripts/serve.ts --port ${PORT}`,
    url: `http://127.0.0.1:${PORT}/`,
    reuseExistingServer: false,
    stdout: 'ignore',
  },
});

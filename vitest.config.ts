import { defineConfig } from 'vitest/config';

/** `fast` needs no server; `real` starts real servers and whole systems, one file at a time, since they share two cores. */
export default defineConfig({
  test: {
    // As the program itself does at its start: nothing is sent anywhere, and no notices for developers of other programs.
    env: { ORT_DISABLE_TELEMETRY: '1', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    reporters: ['default', ['json', { outputFile: '.h2g/test-results.json' }]],
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/unit/**/*.test.ts', 'test/conformance/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 900_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          // Whole systems on a shared machine: what fails once and passes then is marked as retried in the log, and is a fault to look into.
          retry: process.env['CI'] === undefined ? 0 : 1,
          hookTimeout: 900_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

/** The name by which a person calls this program here; the launcher of a clone tells its own. */
export const programName = (env: NodeJS.ProcessEnv): string => env['H2G_LAUNCHED_AS'] ?? 'h2g';

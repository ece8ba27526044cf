/** The supervisor's exit code when another one already has the home. */
export const HELD_EXIT_CODE = 75;

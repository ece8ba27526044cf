/** The option of an orchestrator that makes no result files. */
export const WITHOUT_RESULTS = 'without-results';

/** The registered workflows: the exported name is the workflow's type. */
export { segmentCohort as 'segment-cohort' } from './segment-cohort.ts';
export { segmentSlide as 'segment-slide' } from './segment-slide.ts';

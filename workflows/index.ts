/** The registered workflows: the exported name is the workflow's type. */
export { segmentSlide as 'segment-slide' } from './segment-slide.ts';

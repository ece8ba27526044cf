/** Pixels of the evaluation plane, counted by what the prediction and the annotation say of them. */
export interface Overlap {
  /** Tumour in both: true positives. */
  readonly both: number;
  /** Tumour in the prediction, whatever the annotation says. */
  readonly predicted: number;
  /** Tumour in the annotation. */
  readonly annotated: number;
}

/**
 * How well two masks agree, each from 0 to 1. What has nothing to be measured on is undefined, not 0 or 1, and is left out of means:
 * recall where the annotation has no tumour, precision where the prediction has none. Where neither has any, they agree: DSC and IoU are 1.
 */
export interface OverlapScores {
  /** Sensitivity: the share of the annotated tumour that was found, TP / (TP + FN). */
  readonly recall: number | undefined;
  /** The share of what was called tumour that is, TP / (TP + FP). */
  readonly precision: number | undefined;
  /** Dice similarity coefficient, which is F1: 2 TP / (2 TP + FP + FN). */
  readonly dsc: number;
  /** Jaccard index: TP / (TP + FP + FN). */
  readonly iou: number;
}

export function scoreOverlap({ both, predicted, annotated }: Overlap): OverlapScores {
  const neither = predicted === 0 && annotated === 0;
  return {
    recall: annotated === 0 ? undefined : both / annotated,
    precision: predicted === 0 ? undefined : both / predicted,
    dsc: neither ? 1 : (2 * both) / (predicted + annotated),
    iou: neither ? 1 : both / (predicted + annotated - both),
  };
}

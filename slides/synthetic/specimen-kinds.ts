import { HistologyPainter } from './histology/histology-painter.ts';
import { PlainPainter } from './plain-painter.ts';
import type { SpecimenPainter } from './specimen-painter.ts';
import type { SlideFacts } from './synthetic-layout.ts';

/** `plain`: round tumours of dark nuclei in even stroma, quick and easy. `histology`: what a section shows, and what makes it hard. */
export type SpecimenKind = 'plain' | 'histology';

export const SPECIMEN_PAINTERS: Record<SpecimenKind, (facts: SlideFacts) => SpecimenPainter> = {
  plain: (facts) => new PlainPainter(facts),
  histology: (facts) => new HistologyPainter(facts),
};

import type { Lane } from '../../../domain/run-spec.ts';

/** A slide that was asked for, as a file, an address, or a line of a list. */
export interface FoundSlide {
  /** As people know it: its path or address, or what the list says. */
  readonly asked: string;
  readonly url: URL;
  /** um/px, where a list gives it for this slide alone. */
  readonly mpp?: number | undefined;
  readonly lane?: Lane | undefined;
  /** What else the list says of it; it comes back in the export. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Where it stands in a list, for people. @example "list.csv, line 3" */
  readonly line?: string | undefined;
}

/** A line of a list that names no slide; the others go on. */
export interface BadSlide extends Omit<FoundSlide, 'url' | 'mpp' | 'lane' | 'line'> {
  readonly error: unknown;
}

import { describe, expect, it } from 'vitest';
import { Interrupted, commandToGoOn } from '../../../apps/cli/interrupted.ts';
import { answerToError } from '../../../apps/cli/render-error.ts';
import {
  errorsOfAnswers,
  exitCodeOfAnswer,
  jsonOfAnswers,
  linesOfAnswers,
  type SlideAnswer,
} from '../../../apps/cli/run/slide-answer.ts';
import { summariseReport } from '../../../apps/cli/run/summarise-report.ts';
import { H2gError } from '../../../domain/error.ts';
import { sampleReport } from './sample-report.ts';

const good: SlideAnswer = { kind: 'report', report: sampleReport(), folder: '/out/Präparat 1' };
const bad: SlideAnswer = {
  kind: 'error',
  slide: 'b.svs',
  error: new H2gError({ code: 'scale-missing', message: 'No scale.', hint: 'Give --mpp.' }),
};
const badFacts = { code: 'scale-missing', message: 'No scale.', hint: 'Give --mpp.' };

describe('--json', () => {
  it('of one slide is its report, or its error', () => {
    expect(jsonOfAnswers([good], true)).toEqual(sampleReport());
    expect(jsonOfAnswers([bad], true)).toEqual({ error: badFacts });
  });

  it('of several is a list in their order', () => {
    expect(jsonOfAnswers([bad, good], false)).toEqual({ runs: [{ slide: 'b.svs', error: badFacts }, sampleReport()] });
  });

  it('of a folder with one slide in it is a list too', () => {
    expect(jsonOfAnswers([good], false)).toEqual({ runs: [sampleReport()] });
  });
});

describe('what people read', () => {
  it('of one slide tells everything', () => {
    expect(linesOfAnswers([good])).toEqual([
      'Präparat 1.svs: done',
      '  tumour     0.17 mm², 26.0 % of 0.66 mm² of tissue',
      '  coverage   100.0 %: 9 of 9 cells with tissue; grid 5 x 6',
      '  slide      2220 x 2967 px, 0.499 um/px as the slide states',
      '  bundle     baseline 1.0.0, on cpu',
      '  time       1 min 5 s (plan 0.5 s, detect 1 min 2 s, refine 1.3 s, deliver 1.0 s)',
      '  results    /out/Präparat 1',
      '  look at    /out/Präparat 1/overlay.png',
      '  run        0123456789abcdef0123',
    ]);
  });

  it('of several ends with a count', () => {
    expect(linesOfAnswers([good, bad]).at(-1)).toBe('2 slides: 1 done, 1 refused');
    const error = new H2gError({ code: 'run-cancelled', message: 'm', hint: 'h' });
    const cancelled: SlideAnswer = { kind: 'error', slide: 'c.svs', error };
    expect(linesOfAnswers([good, cancelled]).at(-1)).toBe('2 slides: 1 done, 1 cancelled or not run');
  });

  it('of a slide that was asked for twice is said once', () => {
    const answers: SlideAnswer[] = [good, bad, { ...good, repeated: true }, { ...bad, repeated: true }];
    const lines = linesOfAnswers(answers);
    expect(lines.at(-1)).toBe('2 slides (and 2 repeated): 1 done, 1 refused');
    expect(lines.slice(0, -1)).toEqual(linesOfAnswers([good, bad]).slice(0, -1));
    expect(errorsOfAnswers(answers)).toEqual(errorsOfAnswers([good, bad]));
    expect((jsonOfAnswers(answers, false) as { runs: unknown[] }).runs).toHaveLength(4);
  });

  it('keeps errors apart from results', () => {
    expect(linesOfAnswers([good, bad]).join('\n')).not.toContain('No scale.');
    expect(errorsOfAnswers([good, bad])).toEqual(['b.svs: no result', '  error: No scale.', '    Give --mpp.']);
    expect(linesOfAnswers([bad])).toEqual([]);
    expect(errorsOfAnswers([bad])).toEqual(['error: No scale.', '  Give --mpp.']);
  });

  it('never hides an assumed scale, failed cells or a warning', () => {
    const report = sampleReport({
      outcome: 'needs-review',
      slide: { ...sampleReport().slide, scale: 'assumed' },
      cells: { tissue: 9, analysed: 8, failed: 1 },
      warnings: [{ code: 'cells-failed', message: 'One cell failed.' }],
    });
    const text = summariseReport(report, undefined).join('\n');
    expect(text).toMatch(/NEEDS REVIEW[\s\S]*1 FAILED[\s\S]*ASSUMED[\s\S]*One cell failed\./);
    expect(exitCodeOfAnswer({ kind: 'report', report, folder: '' })).toBe(4);
  });
});

describe('errors', () => {
  it('have no stack unless it is asked for', () => {
    const thrown = new Error('boom', { cause: new Error('the root') });
    expect(answerToError(thrown, { debug: false }).errors).toEqual(['error: boom', expect.stringContaining('report')]);
    const debug = answerToError(thrown, { debug: true }).errors?.join('\n');
    expect(debug).toMatch(/at .*slide-answer\.test\.ts/);
    expect(debug).toContain('caused by:\nError: the root');
  });

  it('an interruption says how to go on, in words that a shell understands, and not anew', () => {
    const command = commandToGoOn('./h2g', ['run', "it's a slide.svs", '--again', '--out', '/tmp/Präparat']);
    expect(command).toBe(String.raw`./h2g run 'it'\''s a slide.svs' --out /tmp/Präparat`);
    const answer = answerToError(new Interrupted('Interrupted.', `To go on: ${command}`), { debug: false });
    expect(answer).toEqual({
      exitCode: 130,
      lines: [],
      errors: ['Interrupted.', `  To go on: ${command}`],
      json: { error: { code: 'interrupted', message: 'Interrupted.', hint: `To go on: ${command}` } },
    });
  });
});

/** Every command's name as it is typed. */
const COMMAND_NAMES = [
  'run',
  'demo',
  'demo-slide',
  'cohort list',
  'cohort status',
  'cohort retry-failed',
  'cohort export',
  'cohort cancel',
  'evaluate',
  'status',
  'watch',
  'cancel',
  'pause',
  'resume',
  'set-lane',
  'results',
  'quarantine list',
  'quarantine replay',
  'up',
  'down',
  'worker',
  'setup',
  'doctor',
  'bundle check',
  'bundle push',
] as const;
type CommandName = (typeof COMMAND_NAMES)[number];

/** A command line and what it is for. */
type Example = readonly [line: string, why: string];

/** Shown at the end of each command's help and in docs/commands.md. */
export const COMMAND_EXAMPLES: Record<CommandName, readonly Example[]> = {
  run: [
    ['h2g run slide.svs', 'one slide; results go to ./h2g-results/slide/'],
    ['h2g run scans/ --out reports/ --parallel 8', 'every slide in a folder and below it'],
    ['h2g run list.csv', 'slides of a list; its other columns come back in export.csv'],
    ['h2g run s3://bucket/incoming/ --watch', 'whatever appears there, until h2g cohort cancel'],
    ['h2g run s3://bucket/slide.svs --bundle ./my-bundle --json', 'a slide in the store, for a script to read'],
    ['h2g run old-scan.tif --mpp 0.5', 'a slide that does not say how large its pixels are'],
    ['h2g run frozen.svs --lane stat', 'before all others'],
  ],
  demo: [
    ['h2g demo', 'a synthetic slide, segmented and compared with the truth'],
    ['h2g demo --seed 7 --out /tmp/demo', 'another slide, in another folder'],
  ],
  'demo-slide': [
    ['h2g demo-slide --out h2g-slides/', 'one slide of 10,000 x 8,000 px, with a mask of its tumour'],
    ['h2g demo-slide --out h2g-slides/ --seed 100 --count 12 --split test', 'twelve more, listed for testing'],
    ['h2g demo-slide --out big/ --width 100000 --height 80000 --mpp 0.25', 'as large as slides are'],
  ],
  'cohort list': [['h2g cohort list', 'the last 20 cohorts and watches']],
  'cohort status': [
    ['h2g cohort status 7b1c', 'by the first characters of its id'],
    ['h2g cohort status 7b1c --json', 'for a script'],
  ],
  'cohort retry-failed': [['h2g cohort retry-failed 7b1c', 'only the slides without a result are run again']],
  'cohort export': [
    ['h2g cohort export 7b1c', 'writes ./export.csv'],
    ['h2g cohort export 7b1c --out monday.csv', 'under another name'],
  ],
  'cohort cancel': [['h2g cohort cancel 7b1c', 'its runs end within a second']],
  evaluate: [
    ['h2g evaluate slides.csv --results h2g-results', 'recall, precision, DSC and HD95 of what h2g run has written'],
    ['h2g evaluate slides.csv --results unet=out/unet --results agu=out/agu', 'two bundles, and whether they differ'],
    ['h2g evaluate slides.csv --results out --baseline otsu heatmap', "beside the paper's baselines"],
    ['h2g evaluate slides.csv --results out --split all --group hospital', 'every slide, by hospital'],
  ],
  status: [
    ['h2g status', 'the last 20 runs'],
    ['h2g status 3f2a', 'one run, by the first characters of its id'],
    ['h2g status --limit 100 --json', 'for a script'],
  ],
  watch: [['h2g watch 3f2a', 'follows a run that was started elsewhere, to its end']],
  cancel: [['h2g cancel 3f2a', 'within a second no further batch of it is started']],
  pause: [['h2g pause 3f2a', 'its batches leave the queue; h2g resume puts the missing ones back']],
  resume: [['h2g resume 3f2a', 'goes on where it was paused']],
  'set-lane': [['h2g set-lane 3f2a stat', 'moves what is left of a run to another lane']],
  'quarantine list': [
    ['h2g quarantine list', 'all runs that have failed cells'],
    ['h2g quarantine list 3f2a', 'which cells they are, why they failed, and where their bytes lie'],
  ],
  'quarantine replay': [['h2g quarantine replay 3f2a', 'tries its failed cells again, once the cause is mended']],
  results: [['h2g results 3f2a --out /tmp/results', 'fetches the files of a finished run']],
  up: [
    ['h2g up', 'servers and workers stay until h2g down; prints their addresses'],
    ['h2g up --json', 'the addresses for a program'],
  ],
  down: [['h2g down', 'stops what h2g up started; nothing stored is lost']],
  worker: [
    ['h2g worker orchestrator', 'workflows and activities'],
    ['h2g worker detector', 'an inference process; as many as there are GPUs'],
  ],
  setup: [['h2g setup', 'before the first worker starts, and after each upgrade']],
  doctor: [
    ['h2g doctor', 'what works here, and what to do about what does not'],
    ['h2g doctor --json', 'for a monitoring system'],
  ],
  'bundle check': [['h2g bundle check ./my-bundle', 'digests, names, shapes, and a run on a zero tensor']],
  'bundle push': [['h2g bundle push ./my-bundle', 'prints the s3:// address for detectors.*.bundles of the chart']],
};

/** A command's examples as its help shows them; lines that stand over the longest one's end are wrapped by nobody. */
export function examplesText(name: CommandName): string {
  const examples = COMMAND_EXAMPLES[name];
  const width = Math.max(...examples.map(([line]) => line.length));
  return ['', 'Examples:', ...examples.map(([line, why]) => `  ${line.padEnd(width)}  # ${why}`)].join('\n');
}

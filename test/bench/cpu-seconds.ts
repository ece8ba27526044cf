import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second, on every processor it runs on. */
const TICKS_PER_SECOND = 100;
/** Fields after the command's closing bracket: utime and stime are the 14th and 15th of all. */
const USER = 11;
const SYSTEM = 12;

/** What a process has computed so far; NaN where the system has no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
  if (process.platform !== 'linux') return NaN;
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
}

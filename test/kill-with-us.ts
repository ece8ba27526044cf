import { spawn } from 'node:child_process';

/** A test run that is killed must not leave processes behind: the shell's input ends with this process, however it dies. @returns a function that lets it live */
export function killWithUs(pid: number): () => void {
  const script = 'read -r never; kill -9 "$0"';
  const guard = spawn('sh', ['-c', script, String(pid)], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  return () => void guard.kill('SIGKILL');
}

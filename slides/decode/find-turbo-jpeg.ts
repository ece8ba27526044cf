import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Names under which systems keep the library; on macOS Homebrew's two places. */
const SYSTEM_NAMES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['libturbojpeg.so.0', 'libturbojpeg.so'],
  darwin: ['/opt/homebrew/lib/libturbojpeg.dylib', '/usr/local/lib/libturbojpeg.dylib', 'libturbojpeg.dylib'],
  win32: ['turbojpeg.dll', 'libturbojpeg.dll'],
};

/** Where libturbojpeg may lie, the best place first: what the optional npm package brings, then the system. */
export const turboJpegPaths = (): string[] => [...packagedPaths(), ...(SYSTEM_NAMES[process.platform] ?? [])];

/** The package has one build for glibc and one for musl: only the right one loads. */
function packagedPaths(): string[] {
  if (process.platform !== 'linux') return [];
  const folder = packageFolder('@julusian/jpeg-turbo');
  if (folder === undefined) return [];
  const build = `jpeg-turbo-linux-${process.arch}`;
  return [build, `${build}-musl`].map((name) => join(folder, 'prebuilds', name, 'libturbojpeg.so.0'));
}

function packageFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    // An optional dependency: its absence is no failure, the system's library or sharp take its place.
    return undefined;
  }
}

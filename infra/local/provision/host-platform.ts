import type { Platform } from '../servers/server-definition.ts';

const OS: Partial<Record<NodeJS.Platform, Platform['os']>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const ARCH: Partial<Record<NodeJS.Architecture, Platform['arch']>> = { x64: 'amd64', arm64: 'arm64' };

/** This machine in Go's words. @throws Error on a platform no server is published for */
export function hostPlatform(): Platform {
  const os = OS[process.platform];
  const arch = ARCH[process.arch];
  if (os === undefined || arch === undefined) throw new Error(`no server for ${process.platform} on ${process.arch}`);
  return { os, arch };
}

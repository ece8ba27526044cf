// Stands in for a worker: says that it is ready, or fails as told, and shows what it was given.
const role = process.argv.at(-1);
const bundles = process.env.H2G_BUNDLES ?? '';
if (bundles.includes('broken')) {
  process.stderr.write(`bundle ${bundles} cannot be read\n`);
  process.exit(2);
}
const { H2G_TEMPORAL_ADDRESS, H2G_NATS_URL, H2G_S3_ENDPOINT, H2G_ALLOW_FILE_SLIDES } = process.env;
const given = { bundles, H2G_TEMPORAL_ADDRESS, H2G_NATS_URL, H2G_S3_ENDPOINT, H2G_ALLOW_FILE_SLIDES };
process.stdout.write(`${JSON.stringify({ ...given, role, msg: 'Worker:Ready' })}\n`);
process.on('SIGTERM', () => process.exit(0));
setInterval(() => {}, 60_000);

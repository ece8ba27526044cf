/** `try-provider FILE PROVIDER`: opens a network, or ends with 1 and says on stdout why it cannot. */
import '../silence-libraries.ts';
import { z } from 'zod';
import { asH2gError } from '../../../domain/error.ts';
import { PROVIDERS } from '../../../domain/provider.ts';
import { createSession } from '../../../models/create-session.ts';

const [file, provider] = z.tuple([z.string(), z.enum(PROVIDERS)]).parse(process.argv.slice(2));
try {
  const { session } = await createSession({ file, providers: [provider] });
  await session.release();
} catch (thrown) {
  process.stdout.write(asH2gError(thrown).message);
  process.exitCode = 1;
}

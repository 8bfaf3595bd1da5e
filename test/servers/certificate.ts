import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** A certificate for loopback that signs itself, made in `folder`; whoever trusts the certificate trusts the server. */
export function makeCertificate(folder: string): { readonly keyFile: string; readonly certFile: string } {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'authority.pem')];
  const parameters = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const made = spawnSync('openssl', [...parameters, ...names, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  if (made.status !== 0) throw new Error('openssl could not make a certificate for a test server');
  return { keyFile, certFile };
}

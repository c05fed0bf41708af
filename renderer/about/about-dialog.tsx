/** About Patchbay: its version, the machine as a report of a fault needs it, and the licences of what ships. */
import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useState } from 'react';
import { useApp, useRun, useView } from '../app-context.ts';
import { messageOf } from '../session/message-of.ts';
import { readAbout, type About } from './about.ts';
import { diagnostics, type Fact } from './diagnostics.ts';
import './about.css';

export function AboutDialog() {
  const app = useApp();
  const open = useView((state) => state.about);
  return (
    <Dialog.Root open={open} onOpenChange={(open) => app.view.getState().setAbout(open)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className="dialog about">
          <Content />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

interface Known {
  readonly about: About;
  readonly shell: readonly Fact[];
}

function Content() {
  const { platform } = useApp();
  const [known, setKnown] = useState<Known | string | null>(null);
  useEffect(() => {
    Promise.all([readAbout(), platform.describeShell()])
      .then(([about, shell]) => setKnown({ about, shell }))
      .catch((error: unknown) => setKnown(messageOf(error)));
  }, [platform]);
  return (
    <>
      <header>
        <Dialog.Title className="dialog-title">Patchbay</Dialog.Title>
        {known !== null && typeof known !== 'string' && <span>Version {known.about.version}</span>}
      </header>
      <div className="about-body">
        {typeof known === 'string' && <p role="alert">What was built is not known: {known}</p>}
        {known !== null && typeof known !== 'string' && (
          <>
            <Machine {...known} />
            <Libraries libraries={known.about.libraries} />
          </>
        )}
      </div>
      <footer>
        <Dialog.Close className="button primary">Close</Dialog.Close>
      </footer>
    </>
  );
}

function Machine({ about, shell }: Known) {
  const { platform, notices, tuning } = useApp();
  const device = useRun((state) => state.device);
  const deviceNotice = useRun((state) => state.deviceNotice);
  const memory = useRun((state) => state.memory);
  const storage = useRun((state) => state.storage);
  const { version } = about;
  const text = diagnostics({
    version,
    shell,
    device,
    deviceNotice,
    memory,
    tuning: tuning(),
    storage,
    page: window,
    navigator,
  });
  const { tell } = notices.getState();
  const report = (error: unknown) => tell(messageOf(error), 'error');
  const copy = () => platform.copyText(text).then(() => tell('Copied'), report);
  return (
    <section aria-labelledby="about-machine">
      <h3 id="about-machine">This machine</h3>
      <p>For a report of a fault. It says nothing of your documents, and goes nowhere by itself.</p>
      <textarea className="about-machine" readOnly aria-label="Diagnostics" rows={10} wrap="off" value={text} />
      <div className="about-actions">
        <button type="button" className="button" onClick={() => void copy()}>
          Copy
        </button>
        {platform.showLog && (
          <button type="button" className="button" onClick={() => void platform.showLog?.().catch(report)}>
            Show the log
          </button>
        )}
      </div>
    </section>
  );
}

function Libraries({ libraries }: Pick<About, 'libraries'>) {
  return (
    <section aria-labelledby="about-libraries">
      <h3 id="about-libraries">What ships with it</h3>
      <p>Patchbay is free software under the MIT licence, and owes much to {libraries.length} libraries and fonts.</p>
      <ul>
        {libraries.map(({ name, version, licence, text }) => (
          <li key={`${name} ${version}`}>
            <details>
              <summary>
                <span>{name}</span> <small>{version}</small> <em>{licence}</em>
              </summary>
              <pre>{text === '' ? `Its package names the licence ${licence} and brings no text of it.` : text}</pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

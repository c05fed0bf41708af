/** With several nodes selected: putting them on one line, at even distances, or in the order of their wires. */
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceBetween,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceBetween,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import { CommandButton } from '../panels/command-button.tsx';
import { Section } from './section.tsx';

/** Lines that nodes can share, then how they spread. */
const ROWS: readonly (readonly (readonly [id: string, icon: LucideIcon])[])[] = [
  [
    ['edit.align-left', AlignStartVertical],
    ['edit.align-centre', AlignCenterVertical],
    ['edit.align-right', AlignEndVertical],
    ['edit.align-top', AlignStartHorizontal],
    ['edit.align-middle', AlignCenterHorizontal],
    ['edit.align-bottom', AlignEndHorizontal],
  ],
  [
    ['edit.distribute-x', AlignHorizontalSpaceBetween],
    ['edit.distribute-y', AlignVerticalSpaceBetween],
    ['edit.layout', Workflow],
  ],
];

export function ArrangeSection() {
  return (
    <Section title="Arrange">
      <div className="arrange">
        {ROWS.map((row) => (
          <div key={row[0]![0]}>
            {row.map(([id, Icon]) => (
              <CommandButton key={id} id={id}>
                <Icon size={15} aria-hidden="true" />
              </CommandButton>
            ))}
          </div>
        ))}
      </div>
    </Section>
  );
}

/**
 * What axe-core says and is none: for each rule and place, why, and how that was made sure of. Findings that nothing here
 * explains fail the tests, and so does an explanation that explains nothing. Contrast has no entry: where axe cannot tell
 * it, e2e/support/contrast.ts measures it in the picture of the page.
 */

export interface Explanation {
  readonly rule: string;
  /** A CSS selector of the element that axe names, or of one around it. */
  readonly within: string;
  readonly why: string;
  readonly checked: string;
}

export const EXPLAINED: readonly Explanation[] = [
  {
    rule: 'target-size',
    within: '.react-flow__viewport',
    why: 'What lies on the canvas is as large as the person zooms it, up to 300 %, and each of its targets has an equivalent of full size (WCAG 2.5.8 excepts those): “Wire to…” lists the ports, “Open” a module, the inspector has the fields.',
    checked: 'e2e/accessibility.spec.ts: at 150 % every port is at least 24 pixels wide and high.',
  },
  {
    rule: 'aria-hidden-focus',
    within: '[data-base-ui-focus-guard]',
    why: 'A guard at either end of a menu or dialog: it takes the focus only to hand it on at once, which is how Tab stays within.',
    checked: 'e2e/accessibility.spec.ts: a guard that is focused does not keep the focus.',
  },
  {
    rule: 'aria-hidden-focus',
    within: '.app[aria-hidden="true"], .gallery[aria-hidden="true"]',
    why: 'The page behind a dialog: hidden from assistive technology while the guards of the dialog keep the focus in it.',
    checked: 'e2e/accessibility.spec.ts: Tab goes round within a dialog.',
  },
  {
    rule: 'label-content-name-mismatch',
    within: '.zoom-control [aria-label="Zoom in"], .zoom-control [aria-label="Zoom out"]',
    why: 'A plus and a minus are signs, not words that somebody would say to press them; the names are the words.',
    checked: 'By reading: WCAG 2.5.3 excepts symbols.',
  },
  {
    rule: 'label-content-name-mismatch',
    within: '.key-button',
    why: 'A command without a key shows a dash, which is hidden from assistive technology; its name says “none”.',
    checked: 'By reading: WCAG 2.5.3 excepts symbols.',
  },
];

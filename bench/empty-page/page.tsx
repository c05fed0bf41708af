/** The least that a page of Vite and React is: a heading, and a mark on it once the first effect has run. */
import { StrictMode, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';

function Page() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => void heading.current?.toggleAttribute('data-ready', true), []);
  return <h1 ref={heading}>Empty</h1>;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

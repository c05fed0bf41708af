/** The window: top bar, library, canvas, inspector, status bar. */
import { Canvas } from './canvas/canvas.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { Library } from './library/library.tsx';
import { SidePanel } from './panels/side-panel.tsx';

export function App() {
  return (
    <div className="app">
      <header className="top-bar" />
      <SidePanel panel="library" side="left" label="Library">
        <Library />
      </SidePanel>
      <main className="middle">
        <div className="canvas-slot">
          <Canvas />
        </div>
      </main>
      <SidePanel panel="inspector" side="right" label="Inspector">
        <Inspector />
      </SidePanel>
      <footer className="status-bar" />
    </div>
  );
}

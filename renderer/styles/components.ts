/**
 * The styles of what the editor shows, in the order of the cascade: later sheets say what earlier ones left open. They come
 * with the page, though the editor's code comes later, so that the sheets for narrow windows and forced colours stay last.
 */
import '@xyflow/react/dist/base.css';
import '../export/differs-mark.css';
import '../overlay/symbol.css';
import '../canvas/canvas.css';
import '../canvas/decorations.css';
import '../canvas/hand-marks.css';
import '../canvas/controls.css';
import '../canvas/node.css';
import '../canvas/port.css';
import '../canvas/preview.css';
import '../canvas/problem-overlay.css';
import '../canvas/node-state.css';
import '../canvas/node-content.css';
import '../compare/compare.css';
import '../history/history.css';
import '../inspector/inspector.css';
import '../library/import-dialog.css';
import '../keyboard/key-list.css';
import '../library/modules-panel.css';
import '../library/library.css';
import '../outline/outline.css';
import '../overlay/heat.css';
import '../profile/profile.css';
import '../panels/finder.css';
import '../pins/pins.css';
import '../tabs/tabs.css';
import '../reader/reader.css';
import '../tour/tour.css';

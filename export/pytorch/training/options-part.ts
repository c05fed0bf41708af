/** The command line of train.py. */
import { quote } from '../print.ts';
import type { TrainingPlan } from './plan.ts';

/** With what the graph has a use for. @param choices Python that lists the names of its losses. */
export function writeOptions(plan: TrainingPlan, choices: string): string {
  const { losses, inputs } = plan;
  const table = inputs.columns.size > 0;
  // Of a loss that compares samples, each part is a batch of its own.
  const parts = plan.contrast ? 'parts of a batch, compared apart' : 'parts that a batch is computed in';
  const data = table
    ? `\
    add("--data", type=Path, required=True, metavar="PATH", help="table, or its folder")
    add(
        "--column",
        type=parse_column,
        action="append",
        default=[],
        metavar="NAME=COLUMN",
        help="read this input from this column",
    )
`
    : `\
    add("--samples", type=count, default=1024, help="how many are drawn")
`;
  return `\
def parse_arguments(device: torch.device) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
${data}\
    add("--out", type=Path, required=True, metavar="FOLDER", help="what the run writes")
    add("--resume", action="store_true", help="go on from the last checkpoint, if any")
    add("--weights", type=Path, default=FOLDER / "weights.safetensors", metavar="FILE")
    add("--loss", choices=${choices}, default=${quote(losses[0]!.output)})
    add("--steps", type=count, default=1000, help="how often the weights change")
    add("--batch-size", type=count, default=32, help="of all processes together")
    add("--accumulate", type=count, default=1, help=${quote(parts)})
    add("--lr", type=amount, default=5e-4, help="the highest rate, after the warm-up")
    add("--warmup", type=int, help="steps until then; a tenth of all, if not given")
    add("--weight-decay", type=amount, default=0.1)
    add("--clip", type=limit, default=1.0, help="the largest norm of the gradients")
    add("--precision", choices=["float32", "bf16", "fp16"])
    add("--seed", type=seed, default=0, help="of the order of samples, and of dropout")
    add("--save-every", type=count, default=500, metavar="STEPS")
    add("--keep", type=count, default=3, help="how many checkpoints stay")
    add("--log-every", type=count, default=10, metavar="STEPS")
    add("--workers", type=workers, default=0, help="processes that prepare samples")
    options = parser.parse_args()
    if options.warmup is None:
        options.warmup = options.steps // 10
    if not 0 <= options.warmup < options.steps:
        parser.error(f"--warmup {options.warmup} is not below --steps {options.steps}")
    if options.precision is None:
        options.precision = usual_precision(device)
    if options.precision == "fp16" and device.type != "cuda":
        parser.error("--precision fp16 wants a GPU; bf16 goes without")
    return options


def count(text: str) -> int:
    """A whole number above 0."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is below 1")
    return value


def workers(text: str) -> int:
    """A whole number from 0 on."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value} is below 0")
    return value


def seed(text: str) -> int:
    """A whole number that PyTorch's generators take, after what is added to it."""
    value = int(text)
    if not 0 <= value < 2**62:
        raise argparse.ArgumentTypeError(f"{value} is not from 0 to 2**62")
    return value


def amount(text: str) -> float:
    """A number from 0 on."""
    value = float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{value} is no number from 0 on")
    return value


def limit(text: str) -> float:
    """A number above 0; inf is none."""
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{value} is not above 0; inf is no limit")
    return value
${table ? PARSE_COLUMN : ''}`.trimEnd();
}

const PARSE_COLUMN = `

def parse_column(text: str) -> tuple[str, str]:
    """Takes NAME=COLUMN apart."""
    name, equals, column = text.partition("=")
    if name not in COLUMNS or not equals:
        known = ", ".join(COLUMNS)
        raise argparse.ArgumentTypeError(f"write NAME=COLUMN; there are {known}")
    return name, column
`;

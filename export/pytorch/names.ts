/** Names of a document as Python identifiers: never a keyword, a builtin, or a name that the file needs for itself. */

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Keywords in some places only. */
const SOFT_KEYWORDS: ReadonlySet<string> = new Set(['_', 'case', 'exec', 'match', 'print', 'type']);

/** Builtins in small letters; a local of such a name is legal, and confuses whoever reads on. */
const BUILTINS: ReadonlySet<string> = new Set(
  (
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex ' +
    'copyright credits delattr dict dir divmod enumerate eval exit filter float format frozenset getattr globals ' +
    'hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min ' +
    'next object oct open ord pow property quit range repr reversed round set setattr slice sorted staticmethod str ' +
    'sum super tuple vars zip'
  ).split(' '),
);

/** Builtins with a capital that a class must not hide. */
const BUILTIN_CLASSES: ReadonlySet<string> = new Set(
  (
    'ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError ' +
    'BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError ' +
    'ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception ' +
    'ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ' +
    'ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError ' +
    'KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError NotImplemented ' +
    'NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError ' +
    'PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning ' +
    'StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError ' +
    'TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError ' +
    'UnicodeWarning UserWarning ValueError Warning ZeroDivisionError'
  ).split(' '),
);

/** Attributes of nn.Module, nn.Sequential and object, from PyTorch 1.13 to 2.9: a layer of such a name would hide them. */
export const MODULE_ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'T_destination add_module append apply bfloat16 buffers call_super_init children compile cpu cuda double ' +
    'dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ' +
    'insert ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters ' +
    'pop register_backward_hook register_buffer register_forward_hook register_forward_pre_hook ' +
    'register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook ' +
    'register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook ' +
    'register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty ' +
    'train training type xpu zero_grad _apply _backward_hooks _backward_pre_hooks _buffers _call_impl ' +
    '_compiled_call_impl _forward_hooks _forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks ' +
    '_forward_pre_hooks_with_kwargs _get_backward_hooks _get_backward_pre_hooks _get_item_by_idx _get_name ' +
    '_is_full_backward_hook _load_from_state_dict _load_state_dict_post_hooks _load_state_dict_pre_hooks ' +
    '_maybe_warn_non_full_backward_hook _modules _named_members _non_persistent_buffers_set _parameters ' +
    '_register_load_state_dict_pre_hook _register_state_dict_hook _replicate_for_data_parallel _save_to_state_dict ' +
    '_slow_forward _state_dict_hooks _state_dict_pre_hooks _version _wrapped_call_impl'
  ).split(' '),
);

/** Whether an attribute of this name would hide one that nn.Module has. */
export function hidesModuleAttribute(name: string): boolean {
  return MODULE_ATTRIBUTES.has(name) || /^__.*__$/.test(name);
}

/** Whether `self.${name}` is an attribute of that name: an identifier that is no keyword and that classes do not mangle. */
export function isPlainAttribute(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.has(name) && !/^__.*(?<!__)$/.test(name);
}

/** Names of one scope; each is given out once. */
export class Names {
  readonly #taken: Set<string>;

  /** @param taken names that the scope has already, or sees from outside and needs. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** The name itself where it can be had, or else one that reads like it. */
  claim(wanted: string): string {
    const base = identifier(wanted);
    let name = base;
    for (let number = 2; this.#taken.has(name); number++) name = `${base.replace(/_$/, '')}_${number}`;
    this.#taken.add(name);
    return name;
  }

  /** Whether the name itself can be had. */
  isFree(wanted: string): boolean {
    return identifier(wanted) === wanted && !this.#taken.has(wanted);
  }
}

function identifier(wanted: string): string {
  // Two underscores in front would be mangled inside a class, and one alone is what nobody wants.
  const plain = wanted.replace(/[^A-Za-z0-9_]/g, '_').replace(/^__+|^_$/, '') || 'value';
  const started = /^[0-9]/.test(plain) ? `value_${plain}` : plain;
  return [KEYWORDS, SOFT_KEYWORDS, BUILTINS, BUILTIN_CLASSES].some((words) => words.has(started))
    ? `${started}_`
    : started;
}

/** `ClipContrastiveLoss` → `clip_contrastive_loss`, `SigLIPLoss` → `sig_lip_loss`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** Of a list of layers, one: `blocks` → `block`. */
export function singular(name: string): string {
  return /[^s]s$/.test(name) ? name.slice(0, -1) : `${name}_layer`;
}

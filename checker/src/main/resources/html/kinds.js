// What is drawn, in the order in which the program numbers it.

// A task has four lanes, and an mm two.
const CALLS = 0, MMAP_LOCK = 1, FAULTS = 2, VMA_LOCK = 3;
const TASK_LANES = ["system calls", "mmap_lock", "page faults", "VMA lock"];

// The order of SpanKind. What is rare is seen in a point that it shares with others, however little of that it takes.
const KINDS = [
  { name: "system call", lane: CALLS, colour: "call" },
  { name: "waits for the mmap_lock, to read", lane: MMAP_LOCK, colour: "wait-read", hatched: true },
  { name: "waits for the mmap_lock, to write", lane: MMAP_LOCK, colour: "wait-write", hatched: true },
  { name: "holds the mmap_lock, to read", lane: MMAP_LOCK, colour: "hold-read" },
  { name: "holds the mmap_lock, downgraded", lane: MMAP_LOCK, colour: "hold-downgraded", hatched: true },
  { name: "holds the mmap_lock, to write", lane: MMAP_LOCK, colour: "hold-write" },
  { name: "page fault under the VMA lock", lane: FAULTS, colour: "fault-vma" },
  { name: "page fault under the mmap_lock", lane: FAULTS, colour: "fault-mmap" },
  { name: "page fault, its lock not known", lane: FAULTS, colour: "fault-unknown" },
  { name: "look-up that returns a VMA", lane: VMA_LOCK, colour: "look-up" },
  { name: "look-up that returns none", lane: VMA_LOCK, colour: "refused" },
  { name: "look-up that does not return in the capture", lane: VMA_LOCK, colour: "refused", hatched: true, rare: 2 },
  { name: "holds a VMA read-locked", lane: VMA_LOCK, colour: "read-lock" },
  { name: "__vma_start_write()", lane: VMA_LOCK, colour: "start-write" },
  { name: "asleep until readers have left", lane: VMA_LOCK, colour: "readers-leave", hatched: true, rare: 1 },
  { name: "second wait of a detach", lane: VMA_LOCK, colour: "second-wait", hatched: true, rare: 3 },
];
const CALL = 0, WAIT_READ = 1, WAIT_WRITE = 2, FAULT_VMA_LOCK = 6, FAULT_UNRESOLVED = 8;
const LOOK_UP = 9, LOOK_UP_OPEN = 11, READ_LOCK = 12;

const isWait = kind => kind === WAIT_READ || kind === WAIT_WRITE;
const isFault = kind => kind >= FAULT_VMA_LOCK && kind <= FAULT_UNRESOLVED;

// Kinds whose address is that of a reader of a VMA.
const isReader = kind => kind >= LOOK_UP && kind <= READ_LOCK;

// The order of VmaSpans.State.
const STATES = [
  { name: "in the tree", rank: 1, colour: "in-tree" },
  { name: "write-locked", rank: 2, colour: "write-locked", hatched: true },
  { name: "out of the tree, not yet freed", rank: 3, colour: "out" },
  { name: "out of the tree, not yet freed, and a look-up inside", rank: 4, colour: "out-looked-up", hatched: true },
];
const IN_TREE = 0, WRITE_LOCKED = 1, OUT = 2, OUT_LOOKED_UP = 3;

// VM_REFCNT_EXCLUDE_READERS_FLAG
const EXCLUDE_READERS = 0x40000000;

// The order of FaultPath.
const PATHS = ["under the VMA lock", "under the mmap_lock", "their lock not known"];

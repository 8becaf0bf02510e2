// Package stack starts what the product stands on when nobody names one: a private PostgreSQL and a Temporal server,
// both as supervised child processes on the loopback interface, with their data in one folder.
//
// Start gives back two addresses; whatever was named (DATABASE_URL, TEMPORAL_ADDRESS) is used and never touched.
// Further programs (api, worker) run under the same supervision. Whatever can be wrong with a machine is a Problem:
// one sentence and the way out, the same in `leadtocash doctor` and in the failure of `leadtocash dev`.
//
// Nothing is left behind: one process at a time holds the folder's lock, so a living child of an earlier holder is a
// leftover of a crash and is ended. A process is only ever signalled after its identity has been proved by its start
// time or its data directory; a process id alone proves nothing.
//
// It runs on Linux and macOS.
package stack

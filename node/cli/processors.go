package cli

import "runtime"

// processorsEach is how many processors an old office PC has.
const processorsEach = 2

// ownProcessors lets so many machines share this process as they would share the
// computer, each as a process of its own: the system then shares the processors
// out. With only as many as the computer has, a form waits in Go's own queue
// behind every machine's compaction, 10 ms each. What it returns
// puts it back.
func ownProcessors(machines int) (back func()) {
	before := runtime.GOMAXPROCS(0)
	runtime.GOMAXPROCS(max(before, machines*processorsEach))
	return func() { runtime.GOMAXPROCS(before) }
}

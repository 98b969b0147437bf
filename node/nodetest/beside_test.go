package nodetest

import "testing"

// districtsAtOnce is how many tests of whole districts go on beside each other. They
// wait more than they compute; with many more, elections come of being slow.
const districtsAtOnce = 3

var rooms = make(chan struct{}, districtsAtOnce)

// beside lets a test go on beside others, once there is room for its district.
func beside(t *testing.T) {
	t.Helper()
	t.Parallel()
	rooms <- struct{}{}
	t.Cleanup(func() { <-rooms })
}

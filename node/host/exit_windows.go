package host

import "os"

// fail ends the process at once after an error: that is what Windows takes for a
// failure of a service, which it then starts again. Everything is closed by now.
func fail(err error) {
	if err != nil {
		os.Exit(1)
	}
}

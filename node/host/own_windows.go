package host

import "os"

// Own does nothing: on Windows a file has the access list of its folder.
func Own(*os.File) error { return nil }

package auth

// Address is what stands for a machine wherever requests are counted: an IPv4
// address, or the /64 of an IPv6 one. from may carry a port.
func Address(from string) string { return addressOf(from) }

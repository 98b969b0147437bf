// Package modeltest holds the whole way of a record against a small model: two
// machines of a ward with their outboxes, the register they agree in, the line
// up and the province's register. All of these are the real parts, with real
// keys, driven one step at a time; only the network is played, and what decides
// which machine leads is left out. A random clerk captures, a random world loses,
// doubles and delays what is sent, stops machines and puts the province back to
// an older backup. After each step everything must be as the model says.
//
// It must not know how anything is decided: the model (model_test.go) says in
// plain maps what has to become of each capture, from the order of captures and
// of agreement alone, and asks no rule of store/civic. Tests only. Begin with
// model_test.go; property_test.go has the steps, check_test.go what must hold.
package modeltest

// Package trust holds what a machine uses to prove who it is: the authority of
// a cluster (CA), a node's identity, the issuer of its browser certificate, the
// tokens with which a new machine comes to all this, and the keys of its storage
// with what seals under them (keys.go, ring.go, seal.go). Keys never travel: a
// machine makes its own and asks with a request (CSR).
//
// One root signs two kinds of things that must never be mistaken for each
// other. A node identity is signed by the root itself and may speak for the node
// named in it. A browser issuer may only make web certificates for private
// addresses; since wards hold one, Verify refuses every chain that goes through
// an intermediate.
//
// The package must not know the network, the register or who is a member of a
// cluster: it says who somebody is, node/peer's callers say whether they may
// come in. Of ours it imports node/host, to leave its files to whom the directory
// belongs, and nothing else. Times are passed in, so that a test can hold an expired
// certificate.
//
// Begin with name.go, then ca.go, identity.go and verify.go; token.go, csr.go and
// invitations.go are how a machine joins.
package trust

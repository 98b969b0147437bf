package upstream

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// Receiver is the province's end of the line.
type Receiver struct {
	Store    *store.Store
	Identity *trust.Identity
	Propose  func(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error)
	// Caller returns the verified certificate at the other end.
	Caller func(*http.Request) (*x509.Certificate, trust.Name, bool)
	Log    *slog.Logger
}

func (v Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	status, a := v.take(req)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // the cluster has gone; it will ask again
}

// take checks one parcel, has it agreed and signs the receipt.
func (v Receiver) take(req *http.Request) (int, answer) {
	cert, name, ok := v.Caller(req)
	if !ok {
		return refuse(http.StatusForbidden, command.Errorf(command.Forbidden, "unknown_caller", "who is calling cannot be told"))
	}
	raw, err := unpack(req.Body)
	if err != nil {
		return refuse(http.StatusBadRequest, command.Errorf(command.Invalid, "malformed", "the parcel cannot be unpacked"))
	}
	var p civic.ReceiveParcel
	if err := json.Unmarshal(raw, &p); err != nil {
		return refuse(http.StatusBadRequest, command.Errorf(command.Invalid, "malformed", "the parcel cannot be read"))
	}
	body := p.Parcel
	if body.Cluster != name.Cluster || p.Node != name.Node || trust.CheckSignature(cert, "parcel", body.Canonical(), p.Sig) != nil {
		return refuse(http.StatusForbidden, command.Errorf(command.Forbidden, "bad_signature", "the parcel is not signed by the machine that brings it"))
	}
	return v.agree(req.Context(), p)
}

func (v Receiver) agree(ctx context.Context, p civic.ReceiveParcel) (int, answer) {
	body := p.Parcel
	if kept, ok := v.kept(body); ok && string(kept.Hash) == string(body.Hash()) {
		return v.receipt(kept)
	}
	// A parcel refused as a gap may come again when the gap is closed: the
	// place it was tried at is part of the command's name.
	last := v.last(body)
	id := command.DerivedID("parcel", body.Cluster, strconv.Itoa(int(body.Lane)), strconv.FormatUint(body.Seq, 10), string(body.Hash()), strconv.FormatUint(last, 10))
	out, err := v.Propose(ctx, civic.KindParcelReceive, id, p)
	if err != nil {
		v.Log.Warn("upstream: a parcel was not agreed", "cluster", body.Cluster, "seq", body.Seq, "error", err)
		return refuse(http.StatusServiceUnavailable, command.Errorf(command.Unavailable, "not_agreed", "the province did not agree in time"))
	}
	if out.Status != command.Accepted {
		return http.StatusConflict, answer{Error: out.Err(), Last: v.last(body)}
	}
	kept, ok := v.kept(body)
	if !ok {
		return refuse(http.StatusServiceUnavailable, command.Errorf(command.Unavailable, "not_applied", "this machine has not applied the parcel yet"))
	}
	return v.receipt(kept)
}

func (v Receiver) kept(body civic.ParcelBody) (civic.Parcel, bool) {
	r := v.Store.Read()
	defer r.Close()
	return civic.Load[civic.Parcel](r, civic.TypeParcel, civic.ParcelKey(body.Cluster, body.Lane, body.Seq))
}

// last is the number of the last parcel held of this lane.
func (v Receiver) last(body civic.ParcelBody) uint64 {
	r := v.Store.Read()
	defer r.Close()
	c, _ := civic.Load[civic.Cluster](r, civic.TypeCluster, command.Key(body.Cluster))
	return c.Lane(body.Lane).Seq
}

// receipt signs what follows from the kept parcel: the same for ever.
func (v Receiver) receipt(kept civic.Parcel) (int, answer) {
	data, err := json.Marshal(kept.Receipt())
	if err != nil {
		return refuse(http.StatusInternalServerError, command.Errorf(command.Internal, "internal", "the receipt cannot be written"))
	}
	return http.StatusOK, answer{Receipt: civic.Signed{Data: data, Sig: v.Identity.Sign("receipt", data), Cert: v.Identity.Cert.Raw}}
}

func refuse(status int, err *command.Error) (int, answer) { return status, answer{Error: err} }

// checkSigned checks bytes signed by a machine of a cluster whose root is known.
func checkSigned(s civic.Signed, purpose string, root *x509.Certificate, cluster string) error {
	cert, err := x509.ParseCertificate(s.Cert)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	name, err := trust.Verify([]*x509.Certificate{cert}, root, cert.NotBefore)
	if err != nil {
		return err
	}
	if name.Cluster != cluster {
		return trust.ErrOtherCluster
	}
	return trust.CheckSignature(cert, purpose, s.Data, s.Sig)
}

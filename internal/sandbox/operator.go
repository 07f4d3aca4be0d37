package sandbox

import (
	"errors"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/sandbox/acm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
)

// Image is how the containers of an image behave.
type Image = ecs.Image

// DeclareImage says how an image's containers behave from now on. Errors: a name that is no image reference, values
// that mean nothing.
func (w *World) DeclareImage(name string, image Image) error {
	w.Lock()
	defer w.Unlock()
	if err := ecs.DeclareImage(w.World, name, image); err != nil {
		return err
	}
	return w.Save()
}

// ForgetImage makes an image behave as undeclared ones do.
func (w *World) ForgetImage(name string) error {
	w.Lock()
	defer w.Unlock()
	ecs.ForgetImage(w.World, name)
	return w.Save()
}

// Images are the declared images by name.
func (w *World) Images() map[string]Image {
	w.Lock()
	defer w.Unlock()
	return ecs.Images(w.World)
}

// PutCertificate adds a certificate that was issued outside of Pulumi. Errors: an ARN that is no certificate's of the
// region and account.
func (w *World) PutCertificate(region, arn, domain string) error {
	s := scope(region)
	prefix := fmt.Sprintf("arn:%s:acm:%s:%s:certificate/", s.Partition, region, s.Account)
	if id, ok := strings.CutPrefix(arn, prefix); !ok || id == "" {
		return fmt.Errorf("put certificate %q: the ARN must be %s and an id", arn, prefix)
	}
	w.Lock()
	defer w.Unlock()
	return acm.Put(w.World, s, arn, domain)
}

// PutKey adds a KMS key that was made outside of Pulumi, or gives it another policy; without one it has AWS's default,
// which leaves the key to the policies of the account. Errors: an ARN that is no key's of the region and account, a
// policy that AWS refuses.
func (w *World) PutKey(region, arn, policy string) error {
	s := scope(region)
	prefix := fmt.Sprintf("arn:%s:kms:%s:%s:key/", s.Partition, region, s.Account)
	if id, ok := strings.CutPrefix(arn, prefix); !ok || id == "" {
		return fmt.Errorf("put key %q: the ARN must be %s and an id", arn, prefix)
	}
	w.Lock()
	defer w.Unlock()
	if err := kms.Put(w.World, s, arn, policy); err != nil {
		return fmt.Errorf("put key %q: %w", arn, err)
	}
	return w.Save()
}

// Redeploy forces a new deployment of a service, as an operator does. Errors: no such service, tasks that do not come
// up.
func (w *World) Redeploy(region, id string) error {
	service, err := w.one(region, id)
	if err != nil {
		return err
	}
	w.Lock()
	defer w.Unlock()
	return errors.Join(ecs.Redeploy(w.World, scope(region), service), w.Save())
}

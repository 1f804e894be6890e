package io.slipway.registry;

import io.quarkus.hibernate.orm.panache.PanacheRepository;
import jakarta.enterprise.context.ApplicationScoped;

/// The table `version_baseline`, within the running transaction.
@ApplicationScoped
class BaselineRepository implements PanacheRepository<BaselineEntity> {}

package dev.fairlead.deployer.runtime;

import dev.fairlead.events.DeploymentId;
import dev.fairlead.events.Place;

/** That a deployment has at least one instance at a place, whether it runs or has exited. */
public record Resident(Place place, DeploymentId deployment) {}

"""The tables of the clock-in floor: only what one clock-in needs, with the keys that the product has too."""

from __future__ import annotations

SCHEMA = """
ALTER DATABASE CHARACTER SET utf8mb4;
DROP TABLE IF EXISTS floor_token, floor_equipment, floor_certificate, floor_clock_in;
CREATE TABLE floor_token (
    id BIGINT AUTO_INCREMENT PRIMARY KEY, hash BINARY(32) NOT NULL UNIQUE, person_id BIGINT NOT NULL,
    person_name VARCHAR(64) NOT NULL, company_id BIGINT NOT NULL, company_name VARCHAR(128) NOT NULL,
    expires_at DATETIME(6) NOT NULL, revoked TINYINT NOT NULL DEFAULT 0);
CREATE TABLE floor_equipment (
    id BIGINT AUTO_INCREMENT PRIMARY KEY, code CHAR(10) NOT NULL UNIQUE, company_id BIGINT NOT NULL,
    name VARCHAR(128) NOT NULL, register_no VARCHAR(64) NOT NULL, location VARCHAR(128) NOT NULL,
    type VARCHAR(32) NOT NULL, operator_code VARCHAR(8) NOT NULL, state VARCHAR(16) NOT NULL);
CREATE TABLE floor_certificate (
    id BIGINT AUTO_INCREMENT PRIMARY KEY, person_id BIGINT NOT NULL, code VARCHAR(8) NOT NULL,
    number VARCHAR(64) NOT NULL, project VARCHAR(64) NOT NULL, valid_until DATE NOT NULL,
    UNIQUE (person_id, code));
CREATE TABLE floor_clock_in (
    id BIGINT AUTO_INCREMENT PRIMARY KEY, company_id BIGINT NOT NULL, person_id BIGINT NOT NULL,
    equipment_id BIGINT NOT NULL, day DATE NOT NULL, idempotency_key VARCHAR(128) NOT NULL,
    scanned_at DATETIME(6) NOT NULL, received_at DATETIME(6) NOT NULL,
    lng DOUBLE, lat DOUBLE, accuracy DOUBLE, certificate_id BIGINT NOT NULL,
    certificate_number VARCHAR(64) NOT NULL, certificate_code VARCHAR(8) NOT NULL,
    certificate_valid_until DATE NOT NULL, equipment_state VARCHAR(16) NOT NULL,
    UNIQUE (person_id, equipment_id, day), UNIQUE (person_id, idempotency_key),
    KEY (company_id, scanned_at, id), KEY (equipment_id, scanned_at));
"""

TOKEN = (
    "SELECT person_id, person_name, company_id, company_name FROM floor_token"
    " WHERE hash = %s AND revoked = 0 AND expires_at > %s"
)
EQUIPMENT = (
    "SELECT id, name, register_no, location, type, operator_code, state, company_id FROM floor_equipment"
    " WHERE code = %s"
)
CERTIFICATE = (
    "SELECT id, number, code, project, valid_until FROM floor_certificate"
    " WHERE person_id = %s AND code = %s AND valid_until >= %s"
)
RECORD = (
    "INSERT INTO floor_clock_in (company_id, person_id, equipment_id, day, idempotency_key, scanned_at,"
    " received_at, lng, lat, accuracy, certificate_id, certificate_number, certificate_code,"
    " certificate_valid_until, equipment_state)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
EXISTING = "SELECT id FROM floor_clock_in WHERE person_id = %s AND equipment_id = %s AND day = %s"

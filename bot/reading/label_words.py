"""What the form's labels are called in seven languages.

In lower case, without accents and marks, as `labels.plain` leaves them.
"""

from __future__ import annotations

from typing import Final

from bot.x509.details import Field

# fmt: off
SAID: Final[dict[Field, str]] = {
    Field.COMMON_NAME: (
        "common name|cn|fqdn|hostname|host name|domain|domain name|primary domain|main domain"
        "|common name primary domain|primary domain name|website domain|server name|cn fqdn"
        "|domane|hauptdomain|hauptdomane|domainname|servername|allgemeiner name|common name cn"
        "|nom commun|nom de domaine|domaine|domaine principal|nombre comun|dominio"
        "|dominio principal|nombre de dominio|nome comune|nome di dominio|algemene naam|domein"
        "|domeinnaam|hoofddomein|nome comum|nome de dominio"
    ),
    Field.ORGANIZATION: (
        "organization|organisation|organization name|organisation name|o|org|company"
        "|company name|legal name|legal entity|legal company name|company legal name|business name"
        "|organization o|organisations name|organisationsname|firma|firmenname|unternehmen"
        "|unternehmensname|gesellschaft|societe|entreprise|raison sociale|nom de la societe"
        "|nom de l organisation|nom de l entreprise|organizacion|empresa|razon social|compania"
        "|nombre de la empresa|nombre de la organizacion|organizzazione|azienda|societa"
        "|ragione sociale|ditta|nome organizzazione|organisatie|bedrijf|bedrijfsnaam"
        "|organisatienaam|naam organisatie|organizacao|razao social|nome da empresa"
        "|nome da organizacao"
    ),
    Field.ORGANIZATIONAL_UNIT: (
        "organizational unit|organisational unit|organization unit|organisation unit|ou|unit"
        "|organizational unit name|organisational unit name|department|abteilung"
        "|organisationseinheit|bereich|unite organisationnelle|unite d organisation|unite|service"
        "|departement|unidad organizativa|unidad organizacional|departamento|unidad"
        "|unita organizzativa|reparto|dipartimento|organisatie eenheid|organisatieeenheid"
        "|organisatorische eenheid|organisatieonderdeel|afdeling|unidade organizacional|setor"
    ),
    Field.LOCALITY: (
        "locality|l|city|town|locality name|city name|city or locality|location|city town|ort"
        "|stadt|standort|localite|ville|commune|localidad|ciudad|poblacion|municipio|localita"
        "|citta|comune|plaats|stad|plaatsnaam|woonplaats|locatie|localidade|cidade"
    ),
    Field.STATE: (
        "state|st|s|sp|province|region|state or province|state or province name|state name|county"
        "|province or state|state or region|bundesland|kanton|provinz|staat oder provinz|etat"
        "|estado|provincia|comunidad autonoma|estado o provincia|stato|regione|provincie|deelstaat"
        "|staat of provincie|distrito|regiao|estado ou provincia"
    ),
    Field.COUNTRY: (
        "country|c|country code|country name|country or region|land|landerkurzel|landercode"
        "|landeskurzel|landesname|pays|code pays|pais|codigo de pais|codigo do pais|paese|nazione"
        "|codice paese|landcode|land code|staat"
    ),
    Field.BITS: (
        "number of bits|bits|key size|key length|bit length|key|key type|keysize|keylength"
        "|bit size|bit strength|key strength|rsa key size|rsa bits|key bits|encryption bits"
        "|default bits|anzahl bits|anzahl der bits|bitanzahl|bitzahl|bitlange|schlussellange"
        "|schluessellaenge|schlusselgrosse|schluesselgroesse|nombre de bits|taille de la cle"
        "|taille de cle|longueur de cle|longueur de la cle|numero de bits|tamano de clave"
        "|tamano de la clave|longitud de clave|longitud de la clave|numero di bit|numero bit"
        "|dimensione chiave|dimensione della chiave|lunghezza chiave|lunghezza della chiave"
        "|aantal bits|sleutellengte|sleutelgrootte|tamanho da chave|comprimento da chave"
    ),
    Field.NAMES: (
        "additional domains|additional domain|san|sans|subject alternative names|dns|dns name"
        "|subject alternative name|subject alt name|subject alt names|subjectaltname"
        "|alternative names|alternative name|additional names|other domains|domains|domain names"
        "|additional domain names|additional hostnames|additional sans|extra domains|san domains"
        "|alternate names|alternate domains|additional domains to be included to the certificate"
        "|additional domains to be included to the certificate as subject alternative names"
        "|weitere domains|zusatzliche domains|zusaetzliche domains|weitere domanen"
        "|zusatzliche domanen|alternative namen|alternativnamen|weitere namen"
        "|domaines supplementaires|domaines additionnels|autres domaines|noms alternatifs"
        "|noms alternatifs du sujet|dominios adicionales|otros dominios|nombres alternativos"
        "|domini aggiuntivi|altri domini|domini supplementari|nomi alternativi|extra domeinen"
        "|aanvullende domeinen|andere domeinen|alternatieve namen|bijkomende domeinen"
        "|dominios adicionais|outros dominios|nomes alternativos"
    ),
}
# fmt: on
